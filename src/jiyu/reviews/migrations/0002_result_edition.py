"""A result tells its edition itself; until now it was that of its enrolment, which may be moved from now on."""

from django.db import migrations, models

TABLE = "reviews_result"


def copy_from_enrolments(apps, schema_editor):
    connection = schema_editor.connection
    on = f' ON "{TABLE}"' if connection.vendor == "postgresql" else ""
    # The fence around insert-only tables is put up again after every migrate (core.apps).
    schema_editor.execute(f'DROP TRIGGER IF EXISTS "keep_update_{TABLE}"{on}')
    schema_editor.execute(
        f'UPDATE "{TABLE}" SET "edition" = (SELECT e."edition" FROM "reviews_enrolment" e'
        f' WHERE e."id" = "{TABLE}"."enrolment_id")'
    )


class Migration(migrations.Migration):

    dependencies = [("reviews", "0001_initial")]

    operations = [
        migrations.AddField(model_name="result", name="edition", field=models.UUIDField(null=True)),
        migrations.RunPython(copy_from_enrolments, migrations.RunPython.noop),
        migrations.AlterField(model_name="result", name="edition", field=models.UUIDField()),
    ]
