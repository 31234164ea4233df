"""The least that a PyQt6 program with a window can be: the floor for `startup.py`."""

from __future__ import annotations

import sys

from PyQt6.QtWidgets import QApplication, QLabel, QMainWindow

application = QApplication(sys.argv)
window = QMainWindow()
window.setCentralWidget(QLabel("Hello"))
window.resize(1280, 800)
window.show()
application.exec()
