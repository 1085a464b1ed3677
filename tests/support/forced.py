"""Colours the machine forces on a page, as Windows' contrast themes do: what the page told by its own is told still."""

from __future__ import annotations

from playwright.sync_api import Page

GROUND = """
    const clear = 'rgba(0, 0, 0, 0)';
    const painted = e => getComputedStyle(e).backgroundColor;
    const ground = e => !e ? 'rgb(255, 255, 255)' : painted(e) === clear ? ground(e.parentElement) : painted(e);
    const apart = e => painted(e) !== clear && painted(e) !== ground(e.parentElement);
    const all = chosen => [...document.body.querySelectorAll(chosen)].filter(e => e.checkVisibility());
"""
NOTE = f"""() => {{{GROUND}
    window.grounds = all('*:not(svg, svg *)').filter(e => e.offsetWidth > 1 && !e.closest(':hover') && apart(e));
}}"""
LOST = f"""() => {{{GROUND}
    const sides = ['Top', 'Right', 'Bottom', 'Left'];
    const edged = s => sides.some(one => s[`border${{one}}Style`] !== 'none' && s[`border${{one}}Width`] !== '0px');
    const states = '[aria-pressed=true], [aria-current]:not(.breadcrumbs *), [aria-selected=true]:not(.ticks-list *)';
    const told = (gone, what) => gone.map(e => `${{what}}: ${{e.outerHTML.slice(0, 120)}}`);
    return [
        ...told(window.grounds.filter(e => e.checkVisibility() && !apart(e) && !edged(getComputedStyle(e))), 'no edge'),
        ...told(all(states).filter(e => !apart(e)), 'not seen to be chosen'),
        ...told(all('.icon').filter(e => getComputedStyle(e).stroke === ground(e)), 'icon not seen'),
    ];
}}"""


def lost_when_forced(page: Page) -> list[str]:
    """What had a ground of its own and has neither ground nor edge in forced colours, which stay on."""
    page.evaluate(NOTE)
    page.emulate_media(forced_colors="active", color_scheme="dark")
    return list(page.evaluate(LOST))
