// A page about how things fare reads itself again, while it is looked at.
import { nodes } from './live.js';
import { tellTimes } from './times.js';

export function keepFresh(main) {
  const timer = setInterval(async () => {
    if (document.hidden || main.contains(document.activeElement) || main.querySelector('details[open]')) return;
    const answer = await fetch(location.href).catch(() => null);
    if (!answer?.ok) return;
    const page = nodes(await answer.text());
    const fresh = page.querySelector('main');
    if (!fresh || main.contains(document.activeElement)) return;
    main.replaceChildren(...fresh.children);
    if (!fresh.dataset.fresh) clearInterval(timer); // what it waited for has come
    const totals = page.querySelector('#totals');
    if (totals) document.getElementById('totals').replaceChildren(...totals.childNodes);
    tellTimes();
  }, Number(main.dataset.fresh) * 1000);
}
