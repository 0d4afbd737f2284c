"""The learned cleaner's inside: what a page's blocks look like in numbers, and the model that weighs them."""
