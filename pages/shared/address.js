// Writes what a page has shown into the address, in the place of what stands there.
export default function ({ data, parentElement }) {
  const { link, page, names } = data;
  parentElement.dataset.link = link;
  const last = location.pathname.split("/").pop();
  const here = names.includes(last) ? last : names[0]; // the first page has no name in an address
  if (here !== page || location.search.slice(1) === link) return;
  history.replaceState(history.state, "", `${location.pathname}?${link}${location.hash}`);
}
