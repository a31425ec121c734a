// Times in the page are UTC. Here they count on, and say the reader's own time.
const hour = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const dayHour = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' });
const clock = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit', timeZoneName: 'short' });
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' });

function span(s) {
  if (s < 60) return `${Math.floor(s)} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min`;
  if (s < 86400) return `${Math.floor(s / 3600)} h`;
  if (s < 172800) return '1 day';
  return `${Math.floor(s / 86400)} days`;
}

// relative speaks as the server does (tell_time.go).
export function relative(at, now) {
  const s = (now - at) / 1000;
  if (s < 0) return `in ${span(-s)}`;
  if (s < 5) return 'just now';
  if (s < 604800) return `${span(s)} ago`;
  return day.format(at);
}

export function tellTimes(root = document) {
  const now = Date.now();
  for (const t of root.querySelectorAll('time[datetime]')) {
    const at = new Date(t.dateTime);
    if (t.classList.contains('day')) continue;
    if (t.classList.contains('full')) {
      if (at.getTimezoneOffset() !== 0 && !t.nextElementSibling?.classList.contains('here')) {
        const here = document.createElement('span');
        here.className = 'here soft';
        const form = at.getDate() === at.getUTCDate() ? hour : dayHour;
        here.textContent = ` (${form.format(at)} here)`;
        t.after(here);
      }
      continue;
    }
    t.dataset.utc ??= t.title;
    t.title = `${clock.format(at)} — ${t.dataset.utc}`;
    const text = t.classList.contains('due') && at - now < 1000 ? 'now' : relative(at, now);
    if (t.textContent !== text) t.textContent = text;
  }
}

export function tellZone() {
  const zone = document.getElementById('zone');
  const name = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (!zone || name === 'UTC') return;
  zone.textContent = `; yours is ${name}`;
  zone.hidden = false;
}
