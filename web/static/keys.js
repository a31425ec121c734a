// The keys of the review queue: which act each has, kept in this browser.
const name = 'edict.keys';

export function readKeys(dialog) {
  const fields = [...dialog.querySelectorAll('[data-act]')];
  const came = Object.fromEntries(fields.map((f) => [f.dataset.act, f.value]));
  let kept = {};
  try { kept = JSON.parse(localStorage.getItem(name) ?? '{}') ?? {}; } catch { /* as they came */ }
  const keys = { on: kept.on !== false, of: { ...came, ...(kept.of ?? {}) } };
  const box = dialog.querySelector('#keyson');

  function show(of, on) {
    for (const f of fields) f.value = of[f.dataset.act] ?? '';
    box.checked = on;
  }
  function save() {
    for (const f of fields) keys.of[f.dataset.act] = f.value;
    keys.on = box.checked;
    try { localStorage.setItem(name, JSON.stringify(keys)); } catch { /* until the page is left */ }
  }
  show(keys.of, keys.on);
  dialog.querySelector('#keysreset').addEventListener('click', () => show(came, true));
  dialog.addEventListener('close', () => {
    if (dialog.returnValue === 'save') save(); else show(keys.of, keys.on);
  });
  // act names what a key does now, or ''. The help is always there, so that keys can be
  // switched on again.
  keys.act = (key) => {
    const found = Object.keys(keys.of).find((a) => keys.of[a] !== '' && keys.of[a].toLowerCase() === key.toLowerCase());
    return keys.on || found === 'help' ? found ?? '' : '';
  };
  return keys;
}
