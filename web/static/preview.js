// What a subscription would have sent, shown beside its form while that is filled in.
import { nodes } from './live.js';
import { tellTimes } from './times.js';

const wait = 400; // milliseconds after the last key

export function previewAlerts(form) {
  const box = document.getElementById('preview');
  const look = document.getElementById('look');
  const asks = ['label', 'stage', 'places', 'all34', 'words', 'sources', 'languages', 'score', 'reviewed'];
  const said = () => new URLSearchParams([...new FormData(form)].filter(([name]) => asks.includes(name)));
  let shown = said().toString();
  let asked; // the request that is under way
  let timer;

  async function show() {
    const body = said();
    if (body.toString() === shown) return;
    shown = body.toString();
    asked?.abort();
    asked = new AbortController();
    box.setAttribute('aria-busy', 'true');
    try {
      const answer = await fetch(look.formAction, { method: 'POST', body, signal: asked.signal });
      const fresh = nodes(await answer.text()).getElementById('preview');
      if (!fresh) throw new Error('no preview');
      box.replaceChildren(...fresh.childNodes);
      tellTimes(box);
    } catch (e) {
      if (e.name === 'AbortError') return; // a later one is under way
      shown = ''; // the button asks once more
    }
    box.removeAttribute('aria-busy');
  }
  form.addEventListener('input', () => { clearTimeout(timer); timer = setTimeout(show, wait); });

  // The clock times of a new subscription are the reader's.
  const zone = form.elements.zone;
  if (!form.elements.id && zone.value === 'UTC') zone.value = Intl.DateTimeFormat().resolvedOptions().timeZone ?? 'UTC';
}
