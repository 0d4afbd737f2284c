"""Where pages come from: single files and folders of them."""
