// Everything here adds to a page that is complete without it.
import { tellTimes, tellZone } from './times.js';
import { follow } from './live.js';
import { keepFresh } from './fresh.js';
import { review } from './review.js';
import { previewAlerts } from './preview.js';

tellTimes();
tellZone();
setInterval(tellTimes, 15000);

document.getElementById('jurisdiction')?.addEventListener('change', (e) => e.target.form.requestSubmit());

// Empty fields stay out of the address.
document.getElementById('find')?.addEventListener('submit', (e) => {
  for (const field of e.target.elements) field.disabled = field.name !== '' && field.value === '';
});
addEventListener('pageshow', () => {
  for (const field of document.getElementById('find')?.elements ?? []) field.disabled = false;
});

const cards = document.getElementById('cards');
if (cards?.dataset.live) follow(cards);

const fresh = document.querySelector('main[data-fresh]');
if (fresh) keepFresh(fresh);

const queue = document.querySelector('main[data-review]');
if (queue) review(queue);
if (location.hash === '#q') document.getElementById('q')?.focus();

const subscription = document.getElementById('subscription');
if (subscription) previewAlerts(subscription);

document.documentElement.dataset.script = 'on';
