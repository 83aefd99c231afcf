from tests.connectors.wordpress import wordpress as wordpress  # fixtures
from tests.connectors.wordpress import wordpress_server as wordpress_server
