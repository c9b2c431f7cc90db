"""Common Ground: the router. Sets up the page, the navigation and the keys.

Streamlit reads this file twice: the server imports it as ``app`` when it starts, and every run of
a page executes it as its script.
"""

import streamlit as st

from mapping.errors import AccessError, DiskError, MappingError, StoreError
from pages.shared import opening, people, router, serving

if __name__ != "__main__":
    app = st.App(__file__, **serving.prepare())  # streamlit looks for these very words
else:
    page, no_page = router.navigate(is_shown=people.find().is_known)
    with st.spinner("Opening Common Ground: the postcodes of Great Britain …"):
        # A server's first visitor waits for what is imported and read here, and sees why.
        opening.await_loaded()
        from pages.shared import cache, door, fetched, frame, keyboard, layout, state

        try:
            cache.open_data()
        except MappingError as fault:
            st.error(layout.escape_markdown(str(fault)))
            st.stop()
    if not door.admit(router.find_name(page.title)):
        opening.note_shown()  # a process that asks who one is is ready for visitors
        st.stop()
    if no_page:
        state.lead_home(no_page)
    try:
        choice = state.read(router.find_name(page.title))
        if choice.away:
            frame.say_away(choice.away)
            st.stop()
        if router.BY_NAME[router.find_name(page.title)].has_map:
            fetched.begin_pictures(cache.key_of(choice.place))
        frame.begin(choice, page.title)
        keyboard.listen(choice, page.title)
        state.hand_over(choice)
        page.run()
        frame.end(choice)
    except (AccessError, StoreError, DiskError) as fault:  # what was there a moment ago
        layout.problem(fault)
    opening.note_shown()
