"""What the `flask` command finds in a checkout: the commands alone, since setting up and mending come before starting.

The web server starts `webform:create_app()` instead (gunicorn.conf.py), and so does `flask --app webform db ...`.
"""

from webform.cli import command_line

app = command_line()
