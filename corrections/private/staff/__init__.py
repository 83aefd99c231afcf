"""What the private store keeps about the staff besides their accounts: memberships, and remarks marked as resolved."""
