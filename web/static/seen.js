// What came to a jurisdiction's page since the reader was last there is marked. The time
// of that visit stays in the browser.
export function markNew(list) {
  const key = `edict.seen.${list.dataset.seen}`;
  let last = '';
  try {
    last = localStorage.getItem(key) ?? '';
    localStorage.setItem(key, new Date(Date.now()).toISOString());
  } catch { return; } // a browser that keeps nothing marks nothing
  if (!last) return;
  for (const item of list.querySelectorAll('[data-found]')) {
    if (Date.parse(item.dataset.found) > Date.parse(last)) item.classList.add('fresh');
  }
}
