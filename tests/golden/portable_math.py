# SPDX-License-Identifier: Apache-2.0
"""Writes portable_math.csv: values of elementary and gamma functions in 60 digits (mpmath).

Run: python portable_math.py > portable_math.csv. Arguments are doubles, written exactly (hex), so
that the reference is the true value at the very argument that the test passes.
"""
import random

from mpmath import mp, mpf, exp, expm1, log, log1p, loggamma, digamma, psi, beta

mp.dps = 60


def rising(x, n):
    return loggamma(x + n) - loggamma(x)


FUNCTIONS = {
    "exp": lambda x: exp(x),
    "expm1": lambda x: expm1(x),
    "log": lambda x: log(x),
    "log1p": lambda x: log1p(x),
    "lgamma": lambda x: loggamma(x),
    "digamma": lambda x: digamma(x),
    "trigamma": lambda x: psi(1, x),
    "log_rising": rising,
    "digamma_rise": lambda x, n: digamma(x + n) - digamma(x),
    "trigamma_fall": lambda x, n: psi(1, x) - psi(1, x + n),
    "log_beta": lambda a, b: loggamma(a) + loggamma(b) - loggamma(a + b),
    "log_choose": lambda n, k: loggamma(n + 1) - loggamma(k + 1) - loggamma(n - k + 1),
}


def spread(rng, low, high):
    return 10 ** rng.uniform(low, high)


def arguments(rng):
    for _ in range(36):
        yield "exp", rng.uniform(-744.0, 709.7)
        yield "expm1", rng.choice((-1, 1)) * spread(rng, -12, 1.5)
        yield "log", spread(rng, -320, 308)
        yield "log", rng.uniform(0.5, 2.0)
        yield "log1p", spread(rng, -18, 200)
        yield "log1p", -spread(rng, -18, -1e-3)
        yield "lgamma", spread(rng, -300, 300)
        yield "lgamma", rng.uniform(0.1, 15.0)
        yield "digamma", spread(rng, -200, 300)
        yield "digamma", rng.uniform(0.1, 15.0)
        yield "trigamma", spread(rng, -100, 100)
        yield "trigamma", rng.uniform(0.1, 15.0)
        for name in ("log_rising", "digamma_rise", "trigamma_fall"):
            yield name, spread(rng, -4, 5), float(rng.randrange(0, 17))
            yield name, spread(rng, -4, 5), float(rng.randrange(17, 6000))
            yield name, spread(rng, -4, 5), spread(rng, -4, 5)
        yield "log_beta", spread(rng, -4, 5), spread(rng, -4, 5)
        yield "log_choose", float(rng.randrange(50, 9000)), float(rng.randrange(0, 50))


def main():
    rng = random.Random(20)
    print("function,x,n,value")
    for name, *values in arguments(rng):
        mp.dps = 400 if max(values) > 1e20 or min(abs(v) for v in values) < 1e-20 else 60
        truth = FUNCTIONS[name](*(mpf(v) for v in values))
        second = values[1] if len(values) > 1 else 0.0
        print(f"{name},{values[0].hex()},{second.hex()},{float(truth).hex()}")


if __name__ == "__main__":
    main()
