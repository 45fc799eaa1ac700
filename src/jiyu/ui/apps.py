"""The `ui` room: base pages, parts, navigation. It holds no business tables."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class UiConfig(AppConfig):
    """Base pages, inclusion tags, icons and the registries that fill them."""

    name = "jiyu.ui"
    label = "ui"
    verbose_name = _("界面")
