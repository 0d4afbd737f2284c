"""Reports as one HTML file each: no script, nothing that is loaded, everything that came from a page escaped."""
