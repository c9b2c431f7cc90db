"""Data and method: can I trust this?"""

from pages.data_and_method import ground, method
from pages.shared import layout, maps, state

choice = state.current()
checked = method.residents_check()
layout.view(
    choice,
    method.finding(checked),
    method.numbers(checked),
    lambda: maps.show(choice, "data", f"The postcodes in {choice.place.name}", []),
    explain=f"On the map: every postcode in {choice.place.name}, a dot each.",
    how=method.HOW_CHECKED,
)
if not choice.projector:
    method.words()
    method.layers_table()
    method.own_maps_table(choice)
    ground.show()
    method.list_responsible()
    method.census_table(choice, checked)
    method.limits()
