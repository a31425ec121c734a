package web_test

// layoutFaults finds what a reader sees as broken: controls that lie over one another, text
// that is cut off, and boxes that reach out of the page. What is there for screen readers
// alone, and what floats on purpose, is left out.
const layoutFaults = `(() => {
	const faults = [];
	const shown = (e) => e.checkVisibility({ visibilityProperty: true }) && !e.closest('.vh, .skip, dialog:not([open]), [hidden], svg, option');
	const told = (e) => e.tagName.toLowerCase() + (e.className ? '.' + String(e.className).split(' ').join('.') : '') + ' "' + (e.textContent || e.value || '').trim().slice(0, 40) + '"';
	const floats = (e) => { for (let p = e; p && p !== document.body; p = p.parentElement) if (['sticky', 'fixed', 'absolute'].includes(getComputedStyle(p).position)) return p; return null; };

	const boxes = [];
	for (const e of document.querySelectorAll('a, button, input:not([type=hidden]), select, summary, textarea')) {
		if (!shown(e)) continue;
		for (const r of e.getClientRects()) if (r.width > 1 && r.height > 1) boxes.push([e, r, floats(e)]);
	}
	for (let i = 0; i < boxes.length; i++) {
		for (let k = i + 1; k < boxes.length; k++) {
			const [a, x, f] = boxes[i];
			const [b, y, g] = boxes[k];
			if (a === b || f !== g || a.contains(b) || b.contains(a)) continue;
			const w = Math.min(x.right, y.right) - Math.max(x.left, y.left);
			const h = Math.min(x.bottom, y.bottom) - Math.max(x.top, y.top);
			if (w > 1 && h > Math.min(x.height, y.height) * .34) faults.push(told(a) + ' lies over ' + told(b));
		}
	}
	for (const e of document.querySelectorAll('body *')) {
		if (!shown(e)) continue;
		const style = getComputedStyle(e);
		const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
		if (own && ['hidden', 'clip'].includes(style.overflowX) && e.scrollWidth > e.clientWidth + 1 && style.textOverflow !== 'ellipsis') faults.push(told(e) + ' is cut off');
		if (own && ['hidden', 'clip'].includes(style.overflowY) && e.scrollHeight > e.clientHeight + 2) faults.push(told(e) + ' is cut off below');
		if (own && !(floats(e)?.getBoundingClientRect().width <= 1)) {
			const r = e.getBoundingClientRect();
			if (r.width && (r.right > innerWidth + 1 || r.left < -1)) faults.push(told(e) + ' reaches out of the page');
		}
	}
	return [...new Set(faults)].slice(0, 8);
})()`
