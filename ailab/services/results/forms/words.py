"""What a model wrote in a picture's files.

The JSON object has `text` itself, the `question` that it answers, where one was asked, as
`text_file` the name of `cells.txt` (UTF-8), which holds what reaches the threshold, and, where it
says where things are, `places`, each `label`, `box` (x0, y0, x1, y1 in pixels) and, where it is
more than a box, `outlines` (corners x, y).
"""

from __future__ import annotations

from ailab.services.inference.generated_text import GeneratedText
from ailab.services.results.forms.map_file import MapFile
from ailab.services.results.forms.run_picture import RunPicture
from ailab.services.results.forms.saved_form import SavedForm

_TEXT_FILE = "text_file"


class WordsForm(SavedForm[GeneratedText]):
    """All is in the JSON file; the text's own file is for people."""

    def files(self, prediction: GeneratedText, picture: RunPicture) -> tuple[MapFile, ...]:
        """The text."""
        data = f"{prediction.above(picture.threshold).text}\n".encode("utf-8", "replace")
        return (MapFile(_TEXT_FILE, ".txt", lambda file: file.write(data)),)
