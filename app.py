"""Common Ground: the router. Sets up the page, the navigation and the keys."""

from mapping import webmap
from pages.shared import cache, keyboard, layout, router, state

webmap.install_assets()
pages, page = router.navigate()
cache.opened()
choice = state.read()
layout.begin(choice)
keyboard.listen(choice, pages, page)
state.hand_over(choice)
page.run()
layout.end(choice)
