"""The kinds of connectors. A further one is a module and a line here."""

from corrections.connectors import webhook
from corrections.connectors.connector import Connector
from corrections.connectors.git import connector as git
from corrections.connectors.site import connector as site
from corrections.connectors.wordpress import connector as wordpress

CONNECTORS: dict[str, Connector] = {
    connector.kind: connector for connector in (git.CONNECTOR, site.CONNECTOR, webhook.CONNECTOR, wordpress.CONNECTOR)
}
