"""`flask --app app serve` and any WSGI server start here."""

import os

from partnerships.config import BadSetting, read_settings
from partnerships.factory import create_app
from partnerships.web.logs import start_logging

start_logging()
try:
    app = create_app(read_settings(os.environ))
except BadSetting as wrong:
    raise SystemExit(str(wrong)) from wrong
