"""``gunicorn wsgi:app``"""

import os

from config import Config
from gridops import create_app

app = create_app(Config.from_env(os.environ))
