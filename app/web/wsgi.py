"""What gunicorn serves: `app.web.wsgi:app`."""

from app.bootstrap import assemble
from app.web.factory import create_app

app = create_app(assemble())
