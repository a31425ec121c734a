package extract

import "math"

// keepScore is the score from which a block is part of the article.
const keepScore = 0.5

var weights = features{
	fBias: -1.83, fReadable: 0.23, fTraf: 0.16, fBoth: 1.19, fWideRead: 0.19, fWideTraf: 0.16, fSize: -0.24, fShort: -0.68,
	fLong: 0.81, fShortBoth: 0.55, fLinked: -1.28, fAllLink: -0.42, fLinkedVote: -0.23, fSentence: 0.70, fParagraph: -0.47,
	fHeading: 0.05, fItem: -0.27, fItemBoth: 0.55, fCell: -0.09, fQuote: -0.07, fLoose: -0.98, fBody: -0.22, fArticle: 0.10,
	fMain: 0.26, fChrome: -0.62, fHeader: -0.45, fFigure: -0.25, fCaption: -0.18, fByline: -0.31, fAuthorBox: -0.35,
	fBio: -0.20, fBad: -1.11, fStand: 0.65, fEmbed: -0.63, fInfo: -0.71, fHidden: -0.32, fParent: 0.30, fGrand: 0.69,
	fParentVote: -0.12, fKind: 1.10, fKindVote: 0.34, fHost: 1.43, fHostVote: 0.28, fSiblings: 0.04, fBefore: -0.46,
	fAfter: 0.55, fHeadAfter: 0.71, fInSpan: 0.14, fAhead: -0.85, fBehind: -1.11, fBehindBoth: -0.43, fInBox: -0.51,
	fNear: 0.40, fTitle: -0.97, fSummary: 0.12, fAgain: -1.27, fNoise: -1.04, fAuthor: -0.55, fData: -0.03, fNoData: -0.39,
	fDate: -0.25, fColon: -0.16,
}

// judge gives the probability that a block is part of the article.
func judge(f *features) float64 {
	sum := 0.0
	for i, w := range weights {
		sum += w * f[i]
	}
	return 1 / (1 + math.Exp(-sum))
}
