package extract

import "math"

// keepScore is the score from which a block is part of the article; headScore that
// of a heading between paragraphs that are: extractors drop many of those. loneScore
// is that of a short line between them that both extractors took, as sub-heads are
// that are set as paragraphs.
const (
	keepScore = 0.5
	headScore = 0.3
	loneScore = 0.15
)

// threshold is the score that a block needs.
func threshold(f *features) float64 {
	if f[fHeading] == 1 && f[fHeadBetween] > 0.4 && f[fSiblings] > 0.3 && f[fLinked] < 0.5 && f[fNoise] == 0 {
		return headScore
	}
	if f[fParagraph]*f[fShort] == 1 && f[fBoth] > 0.9 && min(f[fBefore], f[fAfter]) > 0.5 && f[fInBox] == 1 && f[fInSpan] == 1 &&
		f[fLinked]+f[fNoise]+f[fBad]+f[fChrome]+f[fFigure]+f[fCaption]+f[fByline]+f[fEmbed]+f[fInfo]+f[fAuthor]+f[fDate]+f[fTitle] == 0 {
		return loneScore
	}
	return keepScore
}

var weights = features{
	fBias: -2.03, fReadable: 0.32, fTraf: 0.22, fBoth: 1.26, fWideRead: 0.29, fWideTraf: 0.10, fSize: -0.39, fShort: -0.82,
	fLong: 0.65, fShortBoth: 0.29, fLinked: -1.30, fAllLink: -0.39, fLinkedVote: -0.34, fSentence: 0.99, fParagraph: -0.46,
	fHeading: -0.07, fItem: -0.18, fItemBoth: 0.62, fCell: -0.30, fQuote: -0.10, fLoose: -0.95, fBody: -0.20, fArticle: 0.12,
	fMain: 0.27, fChrome: -0.56, fHeader: -0.27, fFigure: -0.28, fCaption: -0.09, fByline: -0.32, fAuthorBox: -0.39,
	fBio: -0.20, fBad: -1.08, fStand: 0.79, fEmbed: -0.65, fInfo: -0.74, fHidden: -0.32, fParent: 0.43, fGrand: 0.60,
	fParentVote: -0.14, fKind: 1.39, fKindVote: 0.16, fHost: 1.34, fHostVote: 0.14, fTwin: 0.97, fSiblings: 0.12,
	fBefore: -0.50, fAfter: 0.55, fHeadAfter: 0.36, fHeadBetween: 1.04, fInSpan: 0.24, fAhead: -1.10, fBehind: -1.25,
	fBehindBoth: -0.28, fInBox: -0.40, fNear: 0.46, fTitle: -1.26, fSummary: 0.12, fAgain: -0.63, fNoise: -2.45, fAuthor: -0.70,
	fData: -0.15, fNoData: -0.34, fDate: -0.47, fColon: -0.11,
}

// judge gives the probability that a block is part of the article.
func judge(f *features) float64 {
	sum := 0.0
	for i, w := range weights {
		sum += w * f[i]
	}
	return 1 / (1 + math.Exp(-sum))
}
