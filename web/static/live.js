// Live updates of the stream: cards come in at their place, focus stays where it is.
import { tellTimes } from './times.js';
import { say as word } from './words.js';

const most = 200; // cards on the page; older ones leave at the end
const trusted = window.trustedTypes?.createPolicy('edict', { createHTML: (s) => s });

// nodes makes elements of markup that the server rendered from a template.
export function nodes(markup) {
  const t = document.createElement('template');
  t.innerHTML = trusted ? trusted.createHTML(markup) : markup;
  return t.content;
}

// A position is a time, "_" and the id of a record.
const isAt = (card) => Date.parse(card.dataset.position.split('_')[0]);
const before = (a, b) => isAt(a) > isAt(b) || (isAt(a) === isAt(b) && a.dataset.position > b.dataset.position);

export function follow(list) {
  const status = document.getElementById('status');
  const pill = document.getElementById('pill');
  const pulse = document.getElementById('pulse');
  const older = document.getElementById('older');
  const waiting = new Map(); // changes to cards that the reader is in, until they leave
  let unseen = 0;
  let told = 0;

  function busy(card) { return card.contains(document.activeElement) || !getSelection().isCollapsed && getSelection().containsNode(card, true); }

  function say() {
    if (told) status.textContent = word('live.stories', { n: told });
    told = 0;
  }
  let timer;
  function announce() { told++; clearTimeout(timer); timer = setTimeout(say, 1500); }

  function place(card, old) {
    const cards = [...list.children];
    const next = cards.find((c) => c !== old && before(card, c));
    const behind = !next && !older.hidden;            // it belongs to a later page
    const ahead = next === cards[0] && 'later' in list.dataset; // or to an earlier one
    if (!old && (behind || ahead)) return;
    if (old && old.dataset.position === card.dataset.position) old.replaceWith(card);
    else { old?.remove(); list.insertBefore(card, next ?? null); }
    tellTimes(card);
    document.getElementById('empty')?.remove();
    if (old) return;
    card.classList.add('arrived');
    card.addEventListener('animationend', (e) => { if (e.animationName === 'settle') card.classList.remove('arrived'); });
    announce();
    const box = card.getBoundingClientRect();
    if (scrollY > 0 && box.top < 0) { // above what the reader sees: the browser holds the view still
      unseen++;
      if (!CSS.supports('overflow-anchor', 'auto')) scrollBy(0, box.height);
    }
    showPill();
    trim();
  }

  function trim() {
    while (list.children.length > most && !busy(list.lastElementChild)) list.lastElementChild.remove();
    const last = list.lastElementChild;
    if (list.children.length < most || !last) return;
    const link = older.querySelector('a');
    const to = new URL(location.href);
    to.searchParams.set('after', last.dataset.position);
    link.href = to.pathname + to.search;
    older.hidden = false;
  }

  function showPill() {
    pill.hidden = unseen === 0;
    pill.textContent = word('live.new', { n: unseen });
    pill.setAttribute('aria-label', word('live.new.top', { n: unseen }));
  }
  pill.addEventListener('click', () => {
    scrollTo({ top: 0, behavior: matchMedia('(prefers-reduced-motion: reduce)').matches ? 'auto' : 'smooth' });
    unseen = 0; showPill();
  });
  addEventListener('scroll', () => { if (scrollY < 60 && unseen) { unseen = 0; showPill(); } }, { passive: true });
  // settle puts in what waited for the focus to leave.
  function settle() {
    for (const [id, card] of waiting) {
      const old = document.getElementById(id);
      if (old && busy(old)) continue;
      waiting.delete(id);
      if (card && old) place(card, old); else old?.remove();
    }
  }
  list.addEventListener('focusout', () => setTimeout(settle));
  document.addEventListener('selectionchange', () => { if (waiting.size) setTimeout(settle); });

  function pulseIs(on, word) {
    pulse.hidden = false;
    pulse.classList.toggle('on', on);
    pulse.classList.toggle('off', !on);
    document.getElementById('pulse-word').textContent = word;
  }

  const on = { card: showCard, gone: dropCard, behind: offerReload,
    ...Object.fromEntries(['totals', 'segments', 'jurisdiction', 'places'].map((id) => [id, (data) => swap(document.getElementById(id), data)])) };
  let events;
  let since = list.dataset.since;

  function open() {
    const address = new URL(list.dataset.live, location.href);
    address.searchParams.set('since', since);
    events = new EventSource(address);
    events.addEventListener('open', () => pulseIs(true, word('live.on')));
    events.addEventListener('error', () => pulseIs(false, events.readyState === EventSource.CLOSED ? word('live.off') : word('live.again')));
    for (const [name, act] of Object.entries(on)) {
      events.addEventListener(name, (e) => { since = e.lastEventId || since; settle(); act(e.data); });
    }
  }
  open();
  // A browser opens few connections to one host: a page that nobody looks at gives
  // its own back, and catches up when it is looked at again.
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) events.close();
    else if (events.readyState === EventSource.CLOSED) open();
  });

  function showCard(data) {
    const card = nodes(data).querySelector('.card');
    if (!card) return;
    const old = document.getElementById(card.id);
    if (old && busy(old)) waiting.set(card.id, card); else place(card, old);
  }

  function dropCard(article) {
    const old = document.getElementById(`a-${article}`);
    if (old && busy(old)) waiting.set(old.id, null); else old?.remove();
  }

  function offerReload(data) {
    const n = Number(data);
    const again = document.createElement('a');
    again.href = location.href;
    again.textContent = n ? word('live.behind', { n }) : word('live.restarted');
    status.classList.remove('vh');
    status.replaceChildren(again);
  }
}

// swap puts new markup into a part of the page, unless the reader is in it.
export function swap(part, markup) {
  if (!part || part.contains(document.activeElement)) return;
  part.replaceChildren(nodes(markup));
  tellTimes(part);
}
