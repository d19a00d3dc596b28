"""Whether what is seen fits a thumb and a phone: CSS pixels, as the browser lays it out."""

from playwright.async_api import Page

TOUCH_PX = 48
NAMED = """
const named = (element) => {
  const words = element.getAttribute?.('aria-label') || element.textContent || element.type || '';
  return `<${element.localName} class="${element.className}"> ${words.trim().slice(0, 40)}`;
};
const shown = (element) => {
  const box = element.getBoundingClientRect();
  return box.width > 0 && box.height > 0 && element.checkVisibility({visibilityProperty: true});
};
const USED = 'a[href], button, input, select, textarea, summary, [tabindex="0"]';
const within = document.querySelector('dialog[open]') ?? document;
"""
# A link inside of running text is as tall as the text; whoever reads it has other ways.
TOO_SMALL = f"""
() => {{
  {NAMED}
  const inText = (link) => link.localName === 'a'
    && getComputedStyle(link).display === 'inline'
    && [...link.parentElement.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
  return [...within.querySelectorAll(USED)]
    .filter((each) => shown(each) && !each.matches('.skip') && !inText(each))
    .flatMap((each) => {{
      const box = (each.localName === 'input' && each.closest('label')) || each;
      const {{width, height}} = box.getBoundingClientRect();
      const small = Math.min(width, height) < {TOUCH_PX} - 0.5;
      return small ? [`${{Math.round(width)}} by ${{Math.round(height)}}: ${{named(each)}}`] : [];
    }});
}}
"""
# What scrolls by itself (a line of chips) may be as long as it likes.
TOO_WIDE = f"""
() => {{
  {NAMED}
  const page = document.documentElement;
  const frame = within === document ? page : within;
  if (frame.scrollWidth <= frame.clientWidth && page.scrollWidth <= page.clientWidth) return [];
  const edge = within === document ? page.clientWidth : within.getBoundingClientRect().right;
  const right = (each) => each.getBoundingClientRect().right;
  const out = [...within.querySelectorAll('body *, dialog *')].filter((each) =>
    right(each) > edge + 0.5 && shown(each) && !each.parentElement.closest('.filters'));
  const widest = Math.max(...out.map(right));
  return [out.length ? named(out.findLast((each) => right(each) === widest)) : 'some text'];
}}
"""
# After a key was pressed, whatever gets focus shows it, or what stands around it does.
RINGLESS = f"""
() => {{
  {NAMED}
  const before = document.activeElement;
  const ring = (element) => {{
    const {{outlineStyle, outlineWidth, opacity}} = getComputedStyle(element);
    return outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2 && opacity !== '0';
  }};
  const without = [...within.querySelectorAll(USED)].filter((each) => {{
    if (!shown(each) || each.disabled) return false;
    each.focus({{preventScroll: true}});
    return document.activeElement !== each || !(ring(each) || ring(each.parentElement));
  }});
  before?.focus?.({{preventScroll: true}});
  return without.map(named);
}}
"""


async def too_small(page: Page) -> list[str]:
    """Whatever a finger has to hit and is smaller than a fingertip."""
    return await page.evaluate(TOO_SMALL)


async def too_wide(page: Page) -> list[str]:
    """What makes the page, or the dialog over it, wider than the window; empty when it fits."""
    return await page.evaluate(TOO_WIDE)


async def ringless(page: Page) -> list[str]:
    """What can be used and does not show that it has the keyboard's focus."""
    await page.keyboard.press("Shift")  # from here on the browser takes the person for a typist
    return await page.evaluate(RINGLESS)
