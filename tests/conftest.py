"""Fixtures of all tests: real databases."""

from tests.fixtures_db import database as database
from tests.fixtures_db import database_url as database_url
from tests.fixtures_db import postgres_server as postgres_server
from tests.fixtures_db import postgres_url as postgres_url
from tests.fixtures_db import sqlite_template as sqlite_template
from tests.fixtures_db import sqlite_url as sqlite_url
