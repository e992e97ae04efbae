"""The policy pack: no way in, one way out."""

from analyzer import Pack, serve

serve(Pack())
