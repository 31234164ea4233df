"""What cannot agree with transformers or be compared with it, as `docs/fidelity.md` tells it."""

from __future__ import annotations

CANNOT_AGREE = (
    "Semantic segmentation whose processor cuts the middle out (MobileViT, MobileNetV2 as they "
    "lie on the Hub): transformers stretches the map of the middle over the whole picture; ailab "
    "puts it where it belongs, and leaves the rest without a label. Compared without the cut.",
    "Very large class maps (more than 200 million values, such as 150 classes at 12 megapixels): "
    "ailab decides the class on a coarser grid and enlarges the labels, since the logits alone "
    "would take gigabytes.",
    "Regions of masks (MaskFormer, Mask2Former, OneFormer, EoMT, DETR): transformers' pipeline "
    "lets only queries that score over 0.9 compete for pixels, unless it is given another "
    "threshold (EoMT's processor over 0.8, the others' over 0.5); ailab lets all over 0.5, so "
    "that the slider shows what lies between. At 0.9 a region can lack pixels that a query "
    "below 0.9 won, or be missing where it lost half of its mask to such. `pipeline(…, "
    "threshold=0.5)` is the same; so compared. A region stays that wins more than half of its "
    "own mask, as in the pipeline; the processors' methods ask for 80 % unless told otherwise.",
    "Instances of MaskFormer, Mask2Former and EoMT may overlap, and ailab keeps each mask "
    "whole, as transformers does with `return_binary_maps`; without it, as in the pipeline, "
    "they are painted over each other, EoMT's in the order of its queries (compared so), the "
    "others' in none.",
    "Semantic segmentation by EoMT's networks that see the whole picture filled up to a square:"
    " transformers stretches the map of the square over the picture; ailab cuts the picture's "
    "part out first. Compared so. Networks that see pieces agree as they are.",
    "OneFormer's processor looks for a word in the name of its `class_info_file` when instances"
    " are asked for, and fails where there is none, as with the networks here: it is given an "
    "empty one.",
    "With torchvision installed, transformers takes its processors, whose resizing differs from "
    "Pillow's by a step or two of 256; ailab's is Pillow's, to the bit.",
    "SAM 2, SAM 3 and EdgeTAM, whose image processors exist for torchvision alone: compared "
    "with transformers' own models, fed with pictures that Pillow resized. torchvision's resizing "
    "is the same where it enlarges; where it shrinks, single values differ by a step of 256.",
    "Masks of everything that SAM finds by itself are compared in tests, at two sizes.",
    "Masks of everything by SAM 2, SAM 3 and EdgeTAM, in pictures that are not square: the "
    "pipeline of transformers places its points as for SAM, and leaves a part of the picture "
    "without any; ailab places them all over it, as SAM 2's own generator does. In square "
    "pictures they agree.",
    "CHMv2, DepthPro, PP-DocLayout, PP-OCR, RF-DETR, SAM 3 by words, Sapiens2 and TIPSv2, whose "
    "processors exist for torchvision alone: their own code is run, with the few functions of "
    "torchvision that it calls spelled by PyTorch's, and Pillow's smoothing where they resize "
    "whole numbers.",
    "Lines of text (PP-OCR): transformers rounds corners to whole pixels, ailab does not. The "
    "corners are compared, and the boxes around them.",
    "CHMv2 fills pictures up to multiples of 16 pixels, and DPT's kind to those of `size_divisor` "
    "where a file says so; transformers stretches the map of the whole over the picture, ailab "
    "takes the picture's part. CHMv2 is compared so.",
    "Detectors and maskers whose pictures are filled up below and to the right (`pad_size`, as "
    "transformers' own recipe of training them sets it): they learn places as shares of what they "
    "see, and transformers' pipeline takes them for shares of the picture, so that boxes come out "
    "too small; ailab reckons with the filling.",
    "Points of interest (SuperPoint): transformers cuts them to whole pixels, ailab does not.",
    "Semantic segmentation with a single class: transformers gives every pixel that class; ailab "
    "reads the one map as a foreground. Mattes (background removal) other than those of Sapiens2 "
    "have no post-processing in transformers to compare with.",
    "CLIPSeg, which transformers has no post-processing for: the model is called once for each "
    "label, its maps are brought to the picture as probabilities, and the likeliest label from one "
    "half on is compared.",
    "CLIP and SigLIP in two files, which hold neither scale nor bias: the whole network of CLIP is "
    "given the scale of 100 that ailab takes; of SigLIP softmax of 100 times the cosines that "
    "transformers' network finds is compared.",
    "Labels of Grounding DINO: transformers answers with whatever words of the caption a box "
    "scores for, ailab with the one of the typed labels that it scores for most.",
    "PP-LCNet and TIPSv2 have an image processor for torchvision alone: they are compared with its "
    "steps written in PyTorch, or with those of ViT's that are the same.",
    "ViTMAE hides three quarters of a picture at random, also when features are asked for; ailab "
    "shows it all, and so does the network that it is compared with.",
    "Settings that are not usual (sizes told in each way, steps switched off, old names or none) "
    "are drawn at random and compared in tests. Where transformers fails by them, ailab takes the "
    "processor's own means and sizes for those that are null, one mean for all three channels, the "
    "longer edge where it alone is told, or tells what is wrong.",
    "Colours that a file calls transparent without an alpha channel (palettes, GIF): transformers' "
    "processors that convert to RGB make them white, others keep them; ailab keeps them always, as "
    "transformers does where there is an alpha channel.",
    "Greys of more than 8 bits: transformers makes all above 255 white; ailab stretches them.",
    "Classes of whose names label2id alone tells: transformers numbers them, ailab calls them so.",
    "Regressions (problem_type): transformers gives numbers as scores, whatever they are; ailab "
    "those from 0 to 1, and says that others are no probabilities.",
    "Networks that chat: with torchvision installed, transformers' pipeline makes the processor "
    "whole; without it, its part for films is a stand-in that is given nothing.",
)
"""Where ailab and transformers cannot agree, or nothing can be compared."""
