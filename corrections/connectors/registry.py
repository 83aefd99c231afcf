"""The kinds of connectors. A further one is a module and a line here."""

from corrections.connectors import webhook
from corrections.connectors.connector import Connector

CONNECTORS: dict[str, Connector] = {connector.kind: connector for connector in (webhook.CONNECTOR,)}
