"""Data and method: can I trust this?"""

from mapping.wording import findings
from pages.data_and_method import ground, method
from pages.shared import layout, maps, state

choice = state.current()
here = findings.name_place(choice.place)
checked = method.residents_check()
layout.view(
    choice,
    method.finding(checked),
    method.numbers(checked),
    lambda: maps.show(choice, "data", f"The postcodes in {here}", []),
    explain=f"On the map: every postcode in {here}, a dot each.",
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
    method.who_sees()
