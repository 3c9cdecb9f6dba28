"""What stands under each tab of the page."""
