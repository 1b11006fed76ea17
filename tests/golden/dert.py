# SPDX-License-Identifier: Apache-2.0
"""Writes dert.csv: discounted expected residual transactions, and the probability of n purchases, of
a customer known to be alive, in many digits (mpmath).

Run: python dert.py > dert.csv (a few minutes). Not the implementation's formulas: the dropout
probability is integrated in closed form (the discounted purchases of one rate are
lambda / d 2F1(1, a; a + b; -lambda / d); a count has Beta moments), the rate numerically.
"""
import random
import sys

from mpmath import beta, exp, hyp1f1, hyp2f1, log, loggamma, mp, mpf


def over_rates(f, shape, rate):
    """E[f(lambda)], lambda ~ Gamma(shape, rate), by the trapezoidal rule in log lambda."""
    step = mpf("0.2") * min(1, 2 / mp.sqrt(shape + 20))  # a count of 20 narrows it
    centre = log(shape / rate)
    log_norm = shape * log(rate) - loggamma(shape)
    sums = [mpf(0), mpf(0)]  # every second point, and those between
    largest = mpf(0)
    for sign in (1, -1):
        k = 0 if sign == 1 else 1
        while True:
            y = centre + sign * k * step / 2
            term = exp(shape * y - rate * exp(y) + log_norm) * f(exp(y))
            largest = max(largest, term)
            if term < largest * mpf(10) ** -18:
                break
            sums[k % 2] += term
            k += 1
    coarse, fine = sums[0] * step, (sums[0] + sums[1]) * step / 2
    if abs(coarse - fine) > mpf(10) ** -13 * abs(fine):
        print(f"steps differ: {coarse} {fine}", file=sys.stderr)
    return fine


def dert(r, alpha, a, b, x, T, d):
    bx = b + x
    return over_rates(lambda lam: lam / d * hyp2f1(1, a, a + bx, -lam / d), r + x, alpha + T)


def log_pmf(r, alpha, a, b, x, T, n, t):
    bx = b + x

    def given(lam):
        m = lam * t
        here = exp(-m + n * log(m) - loggamma(n + 1))
        value = beta(a, bx + n) / beta(a, bx) * here
        if n > 0:
            at_least = here * hyp1f1(1, n + 1, m)
            value += beta(a + 1, bx + n - 1) / beta(a, bx) * at_least
        return value

    return log(over_rates(given, r + x, alpha + T))


def cases(rng):
    """model, r, alpha, a, b, x, T, d, n, horizon"""
    def spread(low, high):
        return float(f"{10 ** rng.uniform(low, high):.6g}")

    yield 0.243, 4.414, 0.793, 2.426, 2, 38.86, 0.0027, 3, 39.0
    yield 0.243, 4.414, 0.793, 2.426, 0, 39.0, 0.0027, 0, 52.0
    for r in (1.0, 1 + 1e-9, 2.0, 0.5, 1.5):  # the exponential integral's whole orders and halves
        yield r, 6.0, 0.8, 2.5, 0, 0.0, 1e-4, 1, 3.0
        yield r, 6.0, 1.0, 1.0, 2, 30.0, 0.01, 2, 10.0
    for _ in range(22):
        yield (spread(-0.7, 1), spread(-1, 2), spread(-1, 1.5), spread(-1, 1.5),
               rng.choice((0, 0, 1, 2, 5, 20, 100)), rng.choice((0.0, spread(-1, 2.5))),
               spread(-5, 1), rng.choice((0, 0, 1, 2, 5, 20)), spread(-1, 2))


def main():
    rng = random.Random(11)
    print("model,r,alpha,a,b,x,T,d,n,horizon,dert_if_alive,log_pmf_if_alive")
    mp.dps = 22
    for row in cases(rng):
        r, alpha, a, b, x, T, d, n, t = (mpf(v) for v in row)
        for model, shift in (("bg_nbd", 0), ("mbg_nbd", 1)):
            values = (dert(r, alpha, a, b + shift, x, T, d),
                      log_pmf(r, alpha, a, b + shift, x, T, n, t))
            print(",".join([model, *(repr(float(v)) for v in row),
                            *(repr(float(v)) for v in values)]), flush=True)


if __name__ == "__main__":
    main()
