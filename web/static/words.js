// What scripts say, in the language of the page: the server makes a module of words for
// each language from the same texts that pages are made of.
const texts = (await import(`./words.${document.documentElement.lang}.js`)).default;

// say is a text with values put into it; n tells one from many.
export function say(key, values = {}) {
  const text = (values.n === 1 && texts[`${key}[one]`]) || texts[key] || key;
  return text.replace(/\{([a-z]+)\}/g, (_, name) => values[name] ?? '');
}
