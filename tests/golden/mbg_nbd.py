# SPDX-License-Identifier: Apache-2.0
"""Writes mbg_nbd.csv: MBG/NBD in many digits (mpmath), over a wide grid of parameters and histories.

Run: python mbg_nbd.py > mbg_nbd.csv (a few minutes). Formulas are the published ones (Batislam,
Denizel and Filiztekin 2007, with the Gauss hypergeometric function), not those of the
implementation: at their singular points (a = 1, a + b + x = 0 or less) a parameter is moved by 1e-60.
Times are in the unit of alpha. The log-likelihood is that of the one history.
"""
import random
import sys

from mpmath import beta, exp, hyp2f1, log, loggamma, mp, mpf

PUBLISHED = (0.525, 6.183, 0.891, 1.614)


def hyper(a, b, c, z):
    return hyp2f1(a, b, c, z, maxterms=10**7, maxprec=100000)


def off_pole(a):
    return a + mpf(10) ** -60 if abs(a - 1) < mpf(10) ** -50 else a


def log_likelihood(r, alpha, a, b, x, t_x, T):
    stayed = beta(a, b + x + 1) / beta(a, b) * (alpha / (alpha + T)) ** r * (alpha + T) ** -x
    left = beta(a + 1, b + x) / beta(a, b) * (alpha / (alpha + t_x)) ** r * (alpha + t_x) ** -x
    return loggamma(r + x) - loggamma(r) + log(stayed + left)


def log_p_alive(r, alpha, a, b, x, t_x, T):
    return -log(1 + a / (b + x) * ((alpha + T) / (alpha + t_x)) ** (r + x))


def expected_if_alive(r, alpha, a, b, x, T, t):
    """The conditional expectation of the paper without P(alive)."""
    a = off_pole(a)
    f = hyper(r + x, b + x + 1, a + b + x, t / (alpha + T + t))
    return (a + b + x) / (a - 1) * (1 - ((alpha + T) / (alpha + T + t)) ** (r + x) * f)


def expected_new(r, alpha, a, b, t):
    a = off_pole(a)
    f = hyper(r, b + 1, a + b, t / (alpha + t))
    return b / (a - 1) * (1 - (alpha / (alpha + t)) ** r * f)


def log_pmf(r, alpha, a, b, n, t):
    z = t / (alpha + t)

    def nbd(k):
        return exp(loggamma(r + k) - loggamma(r) - loggamma(k + 1)) * (1 - z) ** r * z**k

    at_least = nbd(n) * hyper(r + n, 1, n + 1, z)
    return log(beta(a, b + n + 1) / beta(a, b) * nbd(n) + beta(a + 1, b + n) / beta(a, b) * at_least)


def spread(rng, low, high):
    return float(f"{10 ** rng.uniform(low, high):.6g}")


def cases(rng):
    """r, alpha, a, b, x, t_x, T, horizon"""
    yield (*PUBLISHED, 2, 30.43, 38.86, 39.0)
    yield (*PUBLISHED, 0, 0.0, 39.0, 52.0)
    for a, b, x in ((1.0, 2.0, 3), (1.0, 0.5, 0), (0.5, 0.5, 0), (0.3, 0.3, 0), (0.25, 0.75, 0),
                    (1 + 1e-9, 2.0, 3), (1 - 1e-7, 2.0, 1), (5.0, 5.0, 4), (1.0, 1e-3, 0),
                    (1.0, 1e-3, 2), (1e-3, 1e-3, 0), (0.7, 300.0, 0), (1e-3, 2.0, 1)):
        for T, horizon in ((30.0, 0.01), (30.0, 52.0), (1.0, 5000.0)):
            yield 0.8, 6.0, a, b, x, 0.0 if x == 0 else 0.6 * T, T, horizon
    for _ in range(60):  # what real fits give
        x = rng.choice((0, 0, 1, 2, 3, 5, 10, 25, 80, 300))
        T = spread(rng, 0, 2.5)
        yield (spread(rng, -1, 1), spread(rng, -0.5, 2.5), spread(rng, -1, 1), spread(rng, -1, 1.7),
               x, 0.0 if x == 0 else float(f"{T * rng.uniform(0.1, 1):.6g}"), T,
               spread(rng, -1, 2.5))
    for _ in range(60):  # the whole range
        x = rng.choice((0, 0, 1, 2, 7, 40, 300, 1000))
        T = rng.choice((0.0, spread(rng, -3, 4)))
        if x > 0 and T == 0.0:
            T = 1.0
        t_x = 0.0 if x == 0 else float(f"{T * rng.uniform(0.001, 1):.6g}")
        yield (spread(rng, -3, 3), spread(rng, -3, 4), spread(rng, -3, 3), spread(rng, -3, 3), x,
               t_x, T, spread(rng, -6, 4))


def main():
    rng = random.Random(7)
    print("r,alpha,a,b,x,t_x,T,horizon,log_likelihood,log_p_alive,if_alive,new,log_pmf")
    for row in cases(rng):
        values = None
        for digits in (120, 300):  # the hypergeometric function can cancel: take the finer one
            mp.dps = digits
            r, alpha, a, b, x, t_x, T, t = (mpf(v) for v in row)
            again = (expected_if_alive(r, alpha, a, b, x, T, t), expected_new(r, alpha, a, b, t))
            agree = values is not None and all(
                abs(u - v) <= mpf(10) ** -25 * abs(v) for u, v in zip(values, again))
            values = again
            if not agree and digits == 300:
                print(f"precisions differ at {row}", file=sys.stderr)
        mp.dps = 60
        full = (log_likelihood(r, alpha, a, b, x, t_x, T), log_p_alive(r, alpha, a, b, x, t_x, T),
                *values, log_pmf(r, alpha, a, b, int(x), t))
        print(",".join(repr(float(v)) for v in (*row, *full)), flush=True)


if __name__ == "__main__":
    main()
