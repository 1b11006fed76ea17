# SPDX-License-Identifier: Apache-2.0
"""``python -m fidelia`` is the command ``fidelia``."""

from .cli import main

main()
