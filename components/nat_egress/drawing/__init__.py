"""A stack's network, and its resources, drawn: JSON, DOT, Mermaid, SVG and a page. Pure, and without the SDK."""
