package extract

import "math"

// keepScore is the score from which a block is part of the article; headScore that
// of a heading between paragraphs that are: extractors drop many of those.
const (
	keepScore = 0.5
	headScore = 0.3
)

// threshold is the score that a block needs.
func threshold(f *features) float64 {
	if f[fHeading] == 1 && f[fHeadBetween] > 0.4 && f[fSiblings] > 0.3 && f[fLinked] < 0.5 && f[fNoise] == 0 {
		return headScore
	}
	return keepScore
}

var weights = features{
	fBias: -2.02, fReadable: 0.26, fTraf: 0.14, fBoth: 1.24, fWideRead: 0.32, fWideTraf: 0.12, fSize: -0.34, fShort: -0.83,
	fLong: 0.67, fShortBoth: 0.32, fLinked: -1.35, fAllLink: -0.40, fLinkedVote: -0.34, fSentence: 0.99, fParagraph: -0.47,
	fHeading: -0.06, fItem: -0.16, fItemBoth: 0.65, fCell: -0.30, fQuote: -0.08, fLoose: -0.96, fBody: -0.15, fArticle: 0.14,
	fMain: 0.29, fChrome: -0.59, fHeader: -0.27, fFigure: -0.29, fCaption: -0.09, fByline: -0.32, fAuthorBox: -0.40,
	fBio: -0.21, fBad: -1.11, fStand: 0.80, fEmbed: -0.64, fInfo: -0.75, fHidden: -0.34, fParent: 0.42, fGrand: 0.54,
	fParentVote: -0.21, fKind: 1.39, fKindVote: 0.22, fHost: 1.44, fHostVote: 0.20, fSiblings: 0.11, fBefore: -0.53,
	fAfter: 0.54, fHeadAfter: 0.40, fHeadBetween: 1.07, fInSpan: 0.23, fAhead: -1.14, fBehind: -1.20, fBehindBoth: -0.31,
	fInBox: -0.46, fNear: 0.46, fTitle: -1.26, fSummary: 0.12, fAgain: -0.64, fNoise: -2.38, fAuthor: -0.66, fData: -0.07,
	fNoData: -0.33, fDate: -0.47, fColon: -0.15,
}

// judge gives the probability that a block is part of the article.
func judge(f *features) float64 {
	sum := 0.0
	for i, w := range weights {
		sum += w * f[i]
	}
	return 1 / (1 + math.Exp(-sum))
}
