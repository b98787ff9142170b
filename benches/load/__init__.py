"""What benches/peers and benches/growth share: servers as processes, customers made up, wrk, charts.

Python's own library only, so that anyone can run it.
"""
