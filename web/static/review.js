// The review queue by keys. Each decision is the form of the page, sent in the order in
// which it was made; the page that the server answers with takes the place of the list.
import { nodes } from './live.js';
import { tellTimes } from './times.js';
import { readKeys } from './keys.js';
import { say } from './words.js';

export function review(main) {
  const list = document.getElementById('queue');
  const said = document.getElementById('said');
  const dialog = document.getElementById('keys');
  const keys = readKeys(dialog);
  let at = 0;             // the place of the current tag in the list
  let began = performance.now(); // when it became current
  let sending = 0;
  let line = Promise.resolve();

  const items = () => [...list.children];
  const current = () => items()[at];
  const boxOf = (item) => item.querySelector('input[type=checkbox]');
  const chosen = () => items().filter((i) => boxOf(i).checked);

  function mark(focus = true) {
    const all = items();
    at = Math.max(0, Math.min(at, all.length - 1));
    all.forEach((item, i) => { if (i === at) item.setAttribute('aria-current', 'true'); else item.removeAttribute('aria-current'); });
    began = performance.now();
    if (!focus || !all.length) return;
    all[at].focus({ preventScroll: true });
    all[at].scrollIntoView({ block: 'nearest' });
  }

  function count() {
    const n = chosen().length;
    document.getElementById('chosen').textContent = n ? say('live.chosen', { n }) : say('live.tick');
  }

  function go(step, range) {
    const from = current();
    at += step;
    if (range && from) {
      boxOf(from).checked = true;
      mark();
      boxOf(current()).checked = true;
      count();
      return;
    }
    mark();
  }

  // take puts what the server answered in the place of what is here.
  function take(text) {
    const page = nodes(text);
    const fresh = page.querySelector('#queue');
    const words = page.querySelector('#said');
    if (!fresh || !words) {
      const heading = page.querySelector('main h1')?.textContent ?? say('live.unread');
      const detail = page.querySelector('main p[dir]')?.textContent ?? '';
      said.textContent = `${heading}. ${detail}`;
      return;
    }
    said.replaceChildren(...words.childNodes);
    tellTimes(said);
    if (sending > 0 || main.querySelector('details[open]')) return; // the last answer counts, and a form that is open stays
    const ticked = new Set(chosen().map((i) => i.id));
    const here = current()?.id;
    const had = document.activeElement === document.body || list.contains(document.activeElement);
    list.replaceChildren(...fresh.children);
    for (const item of items()) if (ticked.has(item.id)) boxOf(item).checked = true;
    const still = items().findIndex((i) => i.id === here);
    if (still >= 0) at = still;
    for (const part of ['.queuehead h1', '.reasons', '.older']) {
      const [old, next] = [main.querySelector(part), page.querySelector(part)];
      if (old && next) old.replaceChildren(...next.childNodes);
    }
    const empty = page.querySelector('#nothingwaits');
    main.querySelector('#nothingwaits')?.remove();
    if (empty) list.after(empty);
    tellTimes(list);
    count();
    mark(had);
  }

  function busy(more) {
    sending += more;
    list.setAttribute('aria-busy', String(sending > 0));
  }

  // send queues a form. Tags in it leave the list at once, if they will.
  function send(fields) {
    busy(1);
    line = line.then(async () => {
      let text = '';
      try {
        const answer = await fetch('/review/act', { method: 'POST', body: new URLSearchParams([...fields, ['back', main.dataset.review]]) });
        text = await answer.text();
      } catch {
        busy(-1);
        said.textContent = say('live.silent');
        return;
      }
      busy(-1);
      take(text);
    });
  }

  function act(what, more = []) {
    const some = chosen();
    const of = some.length ? some : [current()].filter(Boolean);
    if (!of.length) return;
    const spent = some.length ? [] : [['spent', String(Math.max(1, Math.round(performance.now() - began)))]];
    const fields = [['act', what], ...of.map((i) => ['item', i.dataset.item]), ...spent, ...more];
    if (['accept', 'reject', 'snooze'].includes(what) && of.every((i) => !i.querySelector('button[value=take]'))) {
      for (const item of of) { if (items().indexOf(item) < at) at--; item.remove(); }
      mark();
    }
    send(fields);
    count();
  }

  function open(kind) {
    const details = current()?.querySelector(kind);
    if (!details) return;
    details.open = true;
    details.querySelector('select, input:not([type=hidden])')?.focus();
  }

  const doing = {
    next: (e) => go(1, e.shiftKey), previous: (e) => go(-1, e.shiftKey),
    accept: () => act('accept'), reject: () => act('reject'), snooze: () => act('snooze'), claim: () => act('claim'), split: () => act('split'),
    edit: () => open('details.editing'),
    merge: () => { if (chosen().length > 1) act('merge'); else open('details.storying'); },
    undo: () => send([['act', 'undo']]),
    search: () => { location.href = '/stream#q'; },
    help: () => dialog.showModal(),
  };

  addEventListener('keydown', (e) => {
    if (e.key === 'Escape' && !dialog.open) {
      const details = document.activeElement?.closest?.('details[open]');
      if (details) { details.open = false; mark(); } else { for (const i of chosen()) boxOf(i).checked = false; count(); }
      return;
    }
    if (e.ctrlKey || e.metaKey || e.altKey || dialog.open || e.isComposing) return;
    const field = e.target.closest('input:not([type=checkbox]), select, textarea');
    if (field) return;
    const what = keys.act(e.key);
    if (!what) return;
    e.preventDefault();
    doing[what](e);
  });

  // What is clicked becomes current, and the forms of the page go the same way.
  list.addEventListener('focusin', (e) => {
    const i = items().indexOf(e.target.closest('.item'));
    if (i >= 0 && i !== at) { at = i; mark(false); }
  });
  list.addEventListener('change', count);
  main.addEventListener('submit', (e) => {
    const form = e.target;
    if (form.getAttribute('action') !== '/review/act') return;
    e.preventDefault();
    const fields = [...new FormData(form, e.submitter)].filter(([name]) => name !== 'back');
    const item = form.closest('.item');
    const spent = fields.find(([name]) => name === 'spent');
    if (spent) spent[1] = String(Math.max(1, Math.round(performance.now() - began)));
    if (item && ['accept', 'reject', 'snooze'].includes(e.submitter?.value)) {
      at = items().indexOf(item);
      item.remove();
      mark();
    } else if (item) {
      item.querySelectorAll('details[open]').forEach((d) => { d.open = false; });
    }
    send(fields);
  });

  const help = document.getElementById('keyhelp');
  help.hidden = false;
  help.addEventListener('click', () => dialog.showModal());

  // What others do shows by itself, while nobody is in the middle of something.
  setInterval(() => {
    if (document.hidden || sending || dialog.open || chosen().length || main.querySelector('details[open]')) return;
    busy(1);
    line = line.then(async () => {
      const answer = await fetch(main.dataset.review).catch(() => null);
      const text = answer?.ok ? await answer.text() : '';
      busy(-1);
      if (!text || sending || dialog.open || chosen().length || main.querySelector('details[open]')) return;
      const words = [...said.childNodes]; // what was said last stays
      take(text);
      said.replaceChildren(...words);
    });
  }, 5000);

  mark(document.activeElement === document.body);
  count();
}
