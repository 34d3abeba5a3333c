"""The explorer: a page on your own machine where sliders live China's years from 2000 on again.

    leftbehind explore

server.py    the page and its few addresses; guard.py refuses what does not come from that page
words.py     what the page says, in English or Simplified Chinese (data/explorer); page.html.j2
question.py  what a visitor may ask: sliders, from when, where; a question is a Scenario
engine.py    prepares the worlds as they were, and answers questions seed by seed in one worker
branching.py a world on 1 January 2000, copied for each question and kept on disk
reading.py   what is kept of a simulated year: children by official definition, place and care
evidence.py  the two worlds side by side, and how far luck alone could move their difference
downloads.py the same numbers as CSV

The first seed answers first; more seeds follow and narrow the interval.
"""
