"""The first texts that a process renders, in several threads at the same moment, come out as all later ones do."""

import subprocess
import sys

FIRST = """
import sys, threading
from corrections.text.formats.registry import render

sys.setswitchinterval(1e-7)
SOURCES = {
    "markdown": "One [link](https://example.org/a/b?c=d&e=f#g) and *more*.\\n\\n| a | b |\\n| - | - |\\n| c | d |\\n",
    "html": "<p>One <a href='https://example.org/a/b?c=d&amp;e=f#g'>link</a> and <em>more</em> &ndash; x.</p>",
}
results = {name: [] for name in SOURCES}
start = threading.Barrier(16)

def work(number):
    start.wait()
    for name, source in SOURCES.items():
        try:
            results[name].append(render(source + " " * number, name).html.rstrip())
        except Exception as error:
            results[name].append(repr(error))

threads = [threading.Thread(target=work, args=(number,)) for number in range(16)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
for name, source in SOURCES.items():
    assert set(results[name]) == {render(source, name).html.rstrip()}, results[name]
"""


def test_the_first_renderings_in_many_threads_are_right():
    for _ in range(5):
        subprocess.run([sys.executable, "-c", FIRST], check=True, timeout=120)
