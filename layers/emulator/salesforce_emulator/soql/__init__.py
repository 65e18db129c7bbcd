"""SOQL: a parser that keeps offsets, and a compiler to SQLite."""
