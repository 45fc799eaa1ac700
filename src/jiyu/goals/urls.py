from django.urls import URLPattern, path

from jiyu.goals import views

app_name = "goals"
urlpatterns: list[URLPattern] = [
    path("sheets/", views.sheets, name="sheets"),
    path("sheets/new/", views.sheet_new, name="sheet-new"),
    path("sheets/import/", views.sheets_file, name="sheets-file"),
    path("sheets/import/outcome/", views.sheets_outcome, name="sheets-outcome"),
    path("sheets/export/", views.sheets_export, name="sheets-export"),
    path("sheets/<uuid:sheet_id>/", views.sheet, name="sheet"),
    path("sheets/set/<str:period_code>/<str:module_code>/<uuid:person_id>/", views.sheet_edit, name="sheet-edit"),
]
