package extract

import "math"

// keepScore is the score from which a block is part of the article.
const keepScore = 0.5

var weights = features{
	fBias: -1.82, fReadable: 0.23, fTraf: 0.15, fBoth: 1.20, fWideRead: 0.19, fWideTraf: 0.17, fSize: -0.24, fShort: -0.67,
	fLong: 0.81, fShortBoth: 0.55, fLinked: -1.28, fAllLink: -0.42, fLinkedVote: -0.23, fSentence: 0.71, fParagraph: -0.47,
	fHeading: 0.06, fItem: -0.27, fItemBoth: 0.55, fCell: -0.09, fQuote: -0.07, fLoose: -0.98, fBody: -0.22, fArticle: 0.09,
	fMain: 0.26, fChrome: -0.62, fHeader: -0.46, fFigure: -0.25, fCaption: -0.18, fByline: -0.32, fAuthorBox: -0.36,
	fBio: -0.20, fBad: -1.10, fStand: 0.65, fEmbed: -0.63, fInfo: -0.71, fHidden: -0.33, fParent: 0.30, fGrand: 0.69,
	fParentVote: -0.12, fKind: 1.10, fKindVote: 0.34, fHost: 1.42, fHostVote: 0.27, fSiblings: 0.04, fBefore: -0.46,
	fAfter: 0.54, fHeadAfter: 0.71, fInSpan: 0.15, fAhead: -0.86, fBehind: -1.11, fBehindBoth: -0.45, fInBox: -0.50,
	fNear: 0.40, fTitle: -0.93, fSummary: 0.12, fAgain: -1.27, fNoise: -1.01, fAuthor: -0.58, fData: -0.03, fNoData: -0.38,
	fDate: -0.16, fColon: -0.16,
}

// judge gives the probability that a block is part of the article.
func judge(f *features) float64 {
	sum := 0.0
	for i, w := range weights {
		sum += w * f[i]
	}
	return 1 / (1 + math.Exp(-sum))
}
