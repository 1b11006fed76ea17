# SPDX-License-Identifier: Apache-2.0
"""Writes pareto_nbd.csv: Pareto/NBD in many digits (mpmath), over a wide grid of parameters.

Run: python pareto_nbd.py > pareto_nbd.csv (a few minutes). Formulas are the published ones (Fader and
Hardie 2005, "A Note on Deriving the Pareto/NBD Model"; Fader and Hardie 2006, "Deriving an Expression
for P(X(t) = x)"; Fader, Hardie and Lee 2005, "RFM and CLV", for the discounted expected residual
transactions), with Gauss's and Kummer's hypergeometric functions: the implementation uses neither.
At their singular points (s = 1, s = 2) the parameter is moved by 1e-60. Differences that cancel are
taken at growing precision until two agree. Times are in the unit of alpha and beta. A discount is a
continuous rate per unit of time. Columns of a row that are not made are empty.
"""
import random

from mpmath import beta, hyp2f1, hyperu, log, loggamma, exp, mp, mpf, rf, gamma

PUBLISHED = (0.5533971, 10.5801985, 0.6060625, 11.6562237)
MANY = {"maxterms": 10**7, "maxprec": 200000}


def settled(function, start=60):
    """function() at growing precision until two results agree to 25 digits; 0 below 1e-40."""
    mp.dps = start
    last = function()
    while True:
        mp.dps *= 2
        now = function()
        if max(abs(now), abs(last)) < mpf(10) ** -40:
            return mpf(0)
        if abs(now - last) <= mpf(10) ** -25 * abs(now):
            return now
        if mp.dps > 20000:
            raise ArithmeticError("no agreement")
        last = now


def dead_part(r, alpha, s, b, x, t_x, T):
    """A_0 of the note: the integral over the time of leaving, without s."""
    n = r + s + x
    if alpha >= b:
        high, gap, second = alpha, alpha - b, s + 1
    else:
        high, gap, second = b, b - alpha, r + x

    def term(t):
        return hyp2f1(n, second, n + 1, gap / (high + t), **MANY) / (high + t) ** n

    return (term(t_x) - term(T)) / n


def log_likelihood(r, alpha, s, b, x, t_x, T):
    def value():
        alive = (alpha + T) ** -(r + x) * (b + T) ** -s
        dead = s * dead_part(r, alpha, s, b, x, t_x, T) if t_x < T else mpf(0)
        return (loggamma(r + x) - loggamma(r) + r * log(alpha) + s * log(b)) + log(alive + dead)

    return settled(value)


def log_p_alive(r, alpha, s, b, x, t_x, T):
    def value():
        if t_x == T:
            return mpf(0)
        left = s * dead_part(r, alpha, s, b, x, t_x, T)
        return -log(1 + left * (alpha + T) ** (r + x) * (b + T) ** s)

    return settled(value)


def expected_if_alive(r, alpha, s, b, x, T, t):
    def value():
        k = s + mpf(10) ** -60 if abs(s - 1) < mpf(10) ** -50 else s
        return ((r + x) * (b + T) / ((alpha + T) * (k - 1))
                * (1 - ((b + T) / (b + T + t)) ** (k - 1)))

    return settled(value, 150)


def second_moment(r, alpha, s, b, x, T, t):
    """E[lambda^2] E[w^2], w the time alive within the horizon: 2 times the integral of w S(w)."""
    def value():
        k = s
        if min(abs(k - 1), abs(k - 2)) < mpf(10) ** -50:
            k += mpf(10) ** -60
        g = 1 + t / (b + T)
        w2 = 2 * (b + T) ** 2 * ((g ** (2 - k) - 1) / (2 - k) - (g ** (1 - k) - 1) / (1 - k))
        return (r + x) * (r + x + 1) / (alpha + T) ** 2 * w2

    return settled(value, 150)


def log_pmf(r, alpha, s, b, n, t):
    def value():
        first = (rf(r, n) / gamma(mpf(n) + 1) * (alpha / (alpha + t)) ** r
                 * (t / (alpha + t)) ** n * (b / (b + t)) ** s)
        if alpha >= b:
            high, gap, second = alpha, alpha - b, s + 1
        else:
            high, gap, second = b, b - alpha, r + n
        c = r + s + n + 1
        total = hyp2f1(r + s, second, c, gap / high, **MANY) / high ** (r + s)
        for i in range(n + 1):
            f = hyp2f1(r + s + i, second, c, gap / (high + t), **MANY)
            total -= rf(r + s, i) * t**i / gamma(mpf(i) + 1) * f / (high + t) ** (r + s + i)
        return log(first + alpha**r * b**s * beta(r + n, s + 1) / beta(r, s) * total)

    return settled(value)


def dert_if_alive(r, alpha, s, b, x, T, delta):
    def value():
        z = delta * (b + T)
        return (r + x) / (alpha + T) * delta ** (s - 1) * (b + T) ** s * hyperu(s, s, z)

    return settled(value)


def spread(rng, low, high):
    return float(f"{10 ** rng.uniform(low, high):.6g}")


def last_purchase(rng, x, T):
    return 0.0 if x == 0 else rng.choice((T, float(f"{T * rng.uniform(0.001, 1):.6g}")))


def cases(rng):
    """kind, r, alpha, s, beta, x, t_x, T, horizon, discount"""
    yield ("all", *PUBLISHED, 2, 30.43, 38.86, 39.0, 0.0027)
    yield ("all", *PUBLISHED, 26, 30.86, 31.0, 52.0, 0.0027)
    yield ("all", *PUBLISHED, 0, 0.0, 39.0, 39.0, 0.0027)
    # s = 1 and 2, alpha = beta, r + s + x whole, T = 0, t_x = T.
    for r, alpha, s, b, x in ((0.5, 6.0, 1.0, 6.0, 3), (0.5, 6.0, 2.0, 9.0, 0), (1.0, 4.0, 1.0, 4.0, 0),
                              (0.25, 9.0, 0.75, 3.0, 2), (2.0, 3.0, 1 + 1e-9, 3.0, 1),
                              (2.0, 3.0, 1 - 1e-7, 3 + 1e-9, 1), (1.0, 300.0, 2.0, 1.0, 4),
                              (1.0, 1.0, 2 - 1e-8, 300.0, 4), (0.5, 7.0, 0.5, 70.0, 0)):
        for T, horizon in ((30.0, 0.01), (30.0, 52.0), (1.0, 5000.0)):
            yield ("all", r, alpha, s, b, x, 0.0 if x == 0 else 0.6 * T, T, horizon, 0.01)
        yield ("all", r, alpha, s, b, x, 0.0 if x == 0 else 20.0, 20.0, 10.0, 1.0)
    yield ("all", 0.5, 6.0, 0.7, 8.0, 0, 0.0, 0.0, 10.0, 0.001)
    for _ in range(70):  # what real fits give
        x = rng.choice((0, 1, 2, 3, 5, 10, 25, 60))
        T = spread(rng, 0, 2.5)
        yield ("all", spread(rng, -1, 1), spread(rng, -0.5, 2.5), spread(rng, -1, 1),
               spread(rng, -0.5, 2.5), x, last_purchase(rng, x, T), T, spread(rng, -1, 2.5),
               spread(rng, -4, 0))
    for _ in range(200):  # the whole range
        x = rng.choice((0, 0, 1, 2, 7, 40, 300, 1000, 5000))
        T = rng.choice((0.0, spread(rng, -3, 4), spread(rng, -3, 4)))
        if x > 0 and T == 0.0:
            T = 1.0
        yield ("mean", spread(rng, -1.3, 2), spread(rng, -1.3, 3.5), spread(rng, -1.3, 2),
               spread(rng, -1.3, 3.9), x, last_purchase(rng, x, T), T, spread(rng, -6, 5),
               spread(rng, -8, 2))


def number(value):
    return "" if value is None else repr(float(value))


def main():
    rng = random.Random(11)
    print("kind,r,alpha,s,beta,x,t_x,T,horizon,discount,"
          "log_likelihood,log_p_alive,if_alive,second,dert_if_alive,log_pmf")
    for kind, *row in cases(rng):
        r, alpha, s, b, x, t_x, T, t, delta = (mpf(v) for v in row)
        values = [log_likelihood(r, alpha, s, b, x, t_x, T), log_p_alive(r, alpha, s, b, x, t_x, T),
                  expected_if_alive(r, alpha, s, b, x, T, t), second_moment(r, alpha, s, b, x, T, t),
                  dert_if_alive(r, alpha, s, b, x, T, delta),
                  log_pmf(r, alpha, s, b, int(x), t) if kind == "all" else None]
        print(",".join([kind, *(number(v) for v in row), *(number(v) for v in values)]), flush=True)


if __name__ == "__main__":
    main()
