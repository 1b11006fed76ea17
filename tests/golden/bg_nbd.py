# SPDX-License-Identifier: Apache-2.0
"""Writes bg_nbd.csv: BG/NBD in many digits (mpmath), over a wide grid of parameters and histories.

Run: python bg_nbd.py > bg_nbd.csv (a few minutes). Formulas are the published ones (Fader, Hardie,
Lee 2005, with the Gauss hypergeometric function), not those of the implementation: at their
singular points (a = 1, a + b = 1) a parameter is moved by 1e-60. The second factorial moment is a
numerical integral over the dropout probability. Times are in the unit of alpha.
"""
import random

from mpmath import beta, binomial, exp, hyp2f1, log, loggamma, mp, mpf, quad

PUBLISHED = (0.243, 4.414, 0.793, 2.426)


def expected_if_alive(r, alpha, a, b, x, T, t):
    """E[N in (T, T+t] | alive at T, x] by equation (10) of the paper without P(alive)."""
    if abs(a - 1) < mpf(10) ** -50:
        a += mpf(10) ** -60
    if abs(a + b + x - 1) < mpf(10) ** -50:
        b += mpf(10) ** -61
    z = t / (alpha + T + t)
    f = hyp2f1(r + x, b + x, a + b + x - 1, z, maxterms=10**7, maxprec=100000)
    return (a + b + x - 1) / (a - 1) * (1 - ((alpha + T) / (alpha + T + t)) ** (r + x) * f)


def log_p_alive(r, alpha, a, b, x, t_x, T):
    if x == 0:
        return mpf(0)
    return -log(1 + a / (b + x - 1) * ((alpha + T) / (alpha + t_x)) ** (r + x))


def second_moment(r, alpha, a, b, x, T, t):
    big_r, tau = r + x, t / (alpha + T)
    bx = b + x

    def integrand(y):
        p, q = 1 / (1 + exp(-y)), 1 / (1 + exp(y))
        v = p * tau
        if big_r * v < mpf(10) ** -4:  # its Taylor series, where the difference would cancel
            s = v / (1 + v)
            inner = big_r * (big_r + 1) * sum(
                (-1) ** k * binomial(big_r - 1, k) * s ** (k + 2) / (k + 2) for k in range(8))
        else:
            inner = 1 - (1 + v) ** -big_r * (1 + big_r * v / (1 + v))
        return exp(a * log(p) + bx * log(q)) * 2 * q / p**2 * inner

    centre = log(a / bx)
    edges = [centre - 60 / min(a, 1) - 60, centre - 40, centre - 10, centre - 3, centre, centre + 3,
             centre + 10, centre + 40, centre + 60 / min(bx, 1) + 60]
    return quad(integrand, edges, maxdegree=9) / beta(a, bx)


def log_pmf(r, alpha, a, b, n, t):
    """Equation (8): the tail of the negative binomial summed from n upwards by hyp2f1."""
    z = t / (alpha + t)

    def nbd(k):
        return exp(loggamma(r + k) - loggamma(r) - loggamma(k + 1)) * (1 - z) ** r * z**k

    value = beta(a, b + n) / beta(a, b) * nbd(n)
    if n > 0:
        tail = nbd(n) * hyp2f1(r + n, 1, n + 1, z, maxterms=10**7, maxprec=100000)
        value += beta(a + 1, b + n - 1) / beta(a, b) * tail
    return log(value)


def spread(rng, low, high):
    return float(f"{10 ** rng.uniform(low, high):.6g}")


def cases(rng):
    """kind, r, alpha, a, b, x, t_x, T, horizon"""
    yield ("all", *PUBLISHED, 2, 30.43, 38.86, 39.0)
    yield ("all", *PUBLISHED, 0, 0.0, 39.0, 52.0)
    for a, b, x in ((1.0, 2.0, 3), (1.0, 0.5, 0), (0.5, 0.5, 0), (0.3, 0.3, 0), (0.25, 0.75, 0),
                    (1 + 1e-9, 2.0, 3), (1 - 1e-7, 2.0, 1), (5.0, 5.0, 4), (1.0, 1.0, 0)):
        for T, horizon in ((30.0, 0.01), (30.0, 52.0), (1.0, 5000.0)):
            t_x = 0.0 if x == 0 else 0.6 * T
            yield ("all", 0.8, 6.0, a, b, x, t_x, T, horizon)
    for _ in range(60):  # what real fits give
        x = rng.choice((0, 1, 2, 3, 5, 10, 25, 80, 300))
        T = spread(rng, 0, 2.5)
        yield ("all", spread(rng, -1, 1), spread(rng, -0.5, 2.5), spread(rng, -1, 1),
               spread(rng, -1, 1.7), x, 0.0 if x == 0 else float(f"{T * rng.uniform(0.1, 1):.6g}"),
               T, spread(rng, -1, 2.5))
    for _ in range(130):  # the whole range
        x = rng.choice((0, 0, 1, 2, 7, 40, 300, 1000, 5000))
        T = rng.choice((0.0, spread(rng, -3, 4)))
        if x > 0 and T == 0.0:
            T = 1.0
        t_x = 0.0 if x == 0 else float(f"{T * rng.uniform(0.001, 1):.6g}")
        yield ("mean", spread(rng, -3, 4), spread(rng, -3, 4), spread(rng, -3, 4),
               spread(rng, -3, 4), x, t_x, T, spread(rng, -6, 5))


def number(value):
    return repr(float(value))


def main():
    rng = random.Random(7)
    print("kind,r,alpha,a,b,x,t_x,T,horizon,log_p_alive,if_alive,second,log_pmf")
    for kind, *row in cases(rng):
        mp.dps = 130
        r, alpha, a, b, x, t_x, T, t = (mpf(v) for v in row)
        mean = expected_if_alive(r, alpha, a, b, x, T, t)
        mp.dps = 400  # the hypergeometric function can cancel: two precisions must agree
        check = expected_if_alive(r, alpha, a, b, x, T, t)
        if abs(mean - check) > mpf(10) ** -25 * abs(check):
            mean = check
        log_p = log_p_alive(r, alpha, a, b, x, t_x, T)
        second = pmf = 0.0
        if kind == "all":
            mp.dps = 60
            pmf = log_pmf(r, alpha, a, b, int(x), t)
            mp.dps = 40
            second = second_moment(r, alpha, a, b, x, T, t)
        print(",".join([kind, *(number(v) for v in row), number(log_p), number(mean),
                        number(second), number(pmf)]), flush=True)


if __name__ == "__main__":
    main()
