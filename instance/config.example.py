# Copy to instance/config.py and change what you need. Every setting there is stands here with its default.
DEMO = False
DEMO_PASSWORD = ""
HOST = "127.0.0.1"
PORT = 8000
WORKERS = 2
DATABASE_URL = ""
DATABASE_OWNER_URL = ""
PROXIES = 0
TRUSTED_HOSTS = None
LOG_JSON = False
SESSION_COOKIE_SECURE = True
ACCESS_LOG_MONTHS = 12
