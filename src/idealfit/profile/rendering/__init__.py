"""The page: one view model (`page.page_of`) and its three faces (`html`, `pdf`, `markdown`)."""
