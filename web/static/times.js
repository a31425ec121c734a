// Times count on here. Where the reader has chosen no zone the page has them in UTC, and they
// are put into the zone that the browser has.
import { say } from './words.js';

const chosen = document.documentElement.dataset.zone;
const two = (n) => String(n).padStart(2, '0');

function date(key, at) {
  const minutes = -at.getTimezoneOffset();
  const of = Math.abs(minutes);
  const zone = minutes === 0 ? 'UTC' : `UTC${minutes < 0 ? '−' : '+'}${Math.floor(of / 60)}${of % 60 ? `:${two(of % 60)}` : ''}`;
  return say(key, { day: at.getDate(), month: say('time.months').split(' ')[at.getMonth()], year: at.getFullYear(), clock: `${two(at.getHours())}:${two(at.getMinutes())}`, zone });
}

function span(s) {
  if (s < 60) return say('time.seconds', { n: Math.floor(s) });
  if (s < 3600) return say('time.minutes', { n: Math.floor(s / 60) });
  if (s < 86400) return say('time.hours', { n: Math.floor(s / 3600) });
  return say('time.days', { n: Math.floor(s / 86400) });
}

// relative speaks as the server does (tell_time.go); beyond a week the date stands, ''.
export function relative(at, now) {
  const s = (now - at) / 1000;
  if (s < 0) return say('time.in', { span: span(-s) });
  if (s < 5) return say('time.now');
  if (s < 604800) return say('time.ago', { span: span(s) });
  return chosen ? '' : date('time.day', at);
}

function put(t, text) { if (text && t.textContent !== text) t.textContent = text; }

export function tellTimes(root = document) {
  const now = Date.now();
  for (const t of root.querySelectorAll('time[datetime]')) {
    const at = new Date(t.dateTime);
    if (t.classList.contains('day') || t.classList.contains('full')) {
      if (chosen || t.dataset.utc) continue;
      t.dataset.utc = t.textContent;
      put(t, date(t.classList.contains('day') ? 'time.day' : 'time.full', at));
      if (t.textContent !== t.dataset.utc) t.title = t.dataset.utc;
      continue;
    }
    if (!chosen && !t.dataset.utc) {
      t.dataset.utc = t.title;
      const here = date('time.full', at);
      if (here !== t.title) t.title = `${here} — ${t.title}`;
    }
    put(t, t.classList.contains('due') && at - now < 1000 ? say('time.due') : relative(at, now));
  }
}

export function tellZone() {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (chosen || !zone || zone === 'UTC') return;
  document.getElementById('zone').textContent = say('live.zone', { zone });
  document.getElementById('zonename').placeholder = zone;
}
