"""What gunicorn serves: `app.web.wsgi:app`."""

from app.bootstrap import assemble
from app.web.factory import served_app

app = served_app(assemble())
